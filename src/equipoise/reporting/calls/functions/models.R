# Models of responses, counts and times, where R's fit has to be read in another way.

# The difference in rates if everybody were in one arm or the other, from a logistic regression.
# Ge, Durham, Meyer, Xie and Thomas 2011, Drug Inf J 45:481.
standardized_difference <- function(fit, arm = "ARM") {
  at <- function(value) {
    data <- fit$model
    data[[arm]] <- factor(levels(data[[arm]])[value], levels(data[[arm]]))
    x <- model.matrix(delete.response(terms(fit)), data, contrasts.arg = fit$contrasts)
    rate <- plogis(drop(x %*% coef(fit)))
    list(rate = mean(rate), slope = colMeans(x * rate * (1 - rate)))
  }
  one <- at(2)
  two <- at(1)
  gap <- one$rate - two$rate
  turn <- one$slope - two$slope
  se <- sqrt(drop(turn %*% vcov(fit) %*% turn))
  list(estimate = gap, lower = gap - qnorm(0.975) * se, upper = gap + qnorm(0.975) * se,
       se = se, p = 2 * pnorm(-abs(gap / se)))
}

# Limits of a coefficient where the greatest log likelihood with it held has fallen by half the
# quantile. held(b): that log likelihood.
profile_limits <- function(estimate, se, top, held) {
  below <- function(b) top - held(b) - qchisq(0.95, 1) / 2
  end <- function(sign) {
    far <- estimate + sign * se
    while (below(far) < 0) far <- far + sign * se
    uniroot(below, sort(c(estimate, far)), tol = 1e-13, maxiter = 10000)$root
  }
  c(end(-1), end(1))
}

# Of the first coefficient of a Cox model, by coxph with it as an offset; P by likelihood ratio.
profile_cox <- function(fit, ties) {
  x <- model.matrix(fit)
  y <- fit$y
  within <- if (is.null(fit$strata)) rep(1, nrow(x)) else fit$strata
  held <- function(b) {
    rest <- y ~ offset(b * x[, 1]) + strata(within)
    if (ncol(x) > 1) rest <- y ~ x[, -1] + offset(b * x[, 1]) + strata(within)
    tail(coxph(rest, ties = ties)$loglik, 1)
  }
  top <- tail(fit$loglik, 1)
  ends <- profile_limits(coef(fit)[[1]], sqrt(vcov(fit)[1, 1]), top, held)
  p <- pchisq(2 * (top - held(0)), 1, lower.tail = FALSE)
  list(estimate = coef(fit)[[1]], lower = ends[1], upper = ends[2], p = p)
}

# Of the arm in a logistic regression, by glm with it as an offset.
profile_logistic <- function(fit) {
  x <- model.matrix(fit)
  held <- function(b) {
    rest <- glm.fit(x[, -2, drop = FALSE], fit$y, offset = b * x[, 2], family = binomial(),
                    control = list(epsilon = 1e-16, maxit = 100))
    -rest$deviance / 2
  }
  profile_limits(coef(fit)[[2]], sqrt(vcov(fit)[2, 2]), -fit$deviance / 2, held)
}

# Hazard and time ratios of the second coefficient of survreg, each on its own scale.
parametric_ratios <- function(fit) {
  b <- coef(fit)[[2]]
  se <- sqrt(vcov(fit)[2, 2])
  v <- vcov(fit)
  slope <- -1 / fit$scale
  turn <- numeric(ncol(v))
  turn[2] <- slope
  if (ncol(v) > length(coef(fit))) turn[ncol(v)] <- b / fit$scale
  gap <- c(0, -1, 1) * qnorm(0.975)
  list(hazard = exp(-b / fit$scale + gap * sqrt(drop(turn %*% v %*% turn))),
       time = exp(b + gap * se), log = b, se = se, scale = fit$scale,
       p = 2 * pnorm(-abs(b / se)))
}

# The limits of a difference of two exact rates. Li, Tang and Wong 2014, Stat Methods Med Res 23:87.
rate_difference <- function(x1, t1, x2, t2) {
  a <- poisson.test(x1, t1)$conf.int
  b <- poisson.test(x2, t2)$conf.int
  gap <- x1 / t1 - x2 / t2
  c(gap, gap - sqrt((x1 / t1 - a[1])^2 + (b[2] - x2 / t2)^2),
    gap + sqrt((a[2] - x1 / t1)^2 + (x2 / t2 - b[1])^2))
}
