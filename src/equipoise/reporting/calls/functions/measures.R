# Values at visits: least-squares means, mixed models of repeated measures, rank tests.

# A row of a least-squares mean: numbers at their mean, factors not named averaged level by level.
mean_row <- function(formula, data, at) {
  names <- all.vars(delete.response(terms(formula)))
  pieces <- lapply(names, function(name) {
    column <- data[[name]]
    if (is.character(column)) column <- factor(column)
    if (!is.factor(column)) return(mean(column))
    factor(if (name %in% names(at)) at[[name]] else levels(column), levels(column))
  })
  grid <- do.call(expand.grid, setNames(pieces, names))
  colMeans(model.matrix(delete.response(terms(formula)), grid))
}

# An estimate, error and limits of a combination of coefficients.
combined <- function(row, b, v, df) {
  estimate <- sum(row * b)
  se <- sqrt(drop(row %*% v %*% row))
  half <- qt(0.975, df) * se
  list(estimate = estimate, se = se, df = df, lower = estimate - half, upper = estimate + half,
       t = estimate / se, p = 2 * pt(-abs(estimate / se), df))
}

# ANCOVA: the mean of an arm, or its difference from another.
adjusted_mean <- function(fit, arm, control = NULL) {
  row <- mean_row(formula(fit), fit$model, list(ARM = arm))
  if (!is.null(control)) row <- row - mean_row(formula(fit), fit$model, list(ARM = control))
  combined(row, coef(fit), vcov(fit), fit$df.residual)
}

# What the likelihood of one covariance (m, m) of the visits says; k runs over its elements.
mixed_sums <- function(y, x, subject, visit, sigma) {
  m <- nrow(sigma)
  pairs <- which(lower.tri(sigma, TRUE), arr.ind = TRUE)
  size <- nrow(pairs)
  p <- ncol(x)
  rows <- split(seq_along(y), subject)
  whole <- matrix(0, p, p)
  right <- numeric(p)
  inverse <- list()
  for (i in seq_along(rows)) {
    r <- rows[[i]]
    w <- solve(sigma[visit[r], visit[r], drop = FALSE])
    inverse[[i]] <- w
    whole <- whole + crossprod(x[r, , drop = FALSE], w %*% x[r, , drop = FALSE])
    right <- right + drop(crossprod(x[r, , drop = FALSE], w %*% y[r]))
  }
  phi <- solve(whole)
  b <- drop(phi %*% right)
  gradient <- numeric(size)
  second <- matrix(0, size, size)
  slopes <- matrix(0, p * size, p)
  pull <- matrix(0, p, size)
  q <- matrix(0, p * size, p * size)
  deviance <- determinant(whole)$modulus + (length(y) - p) * log(2 * pi)
  for (i in seq_along(rows)) {
    r <- rows[[i]]
    w <- inverse[[i]]
    own <- x[r, , drop = FALSE]
    left <- w %*% (y[r] - drop(own %*% b))
    turned <- w %*% own
    part <- lapply(seq_len(size), function(k) {
      e <- matrix(0, m, m)
      e[pairs[k, 1], pairs[k, 2]] <- e[pairs[k, 2], pairs[k, 1]] <- 1
      e[visit[r], visit[r], drop = FALSE]
    })
    we <- lapply(part, function(e) w %*% e)
    flat <- vapply(we, as.vector, numeric(length(w)))
    flat_t <- vapply(we, function(s) as.vector(t(s)), numeric(length(w)))
    flat <- matrix(flat, length(w))
    flat_t <- matrix(flat_t, length(w))
    xe <- do.call(rbind, lapply(part, function(e) crossprod(turned, e)))
    ue <- vapply(part, function(e) drop(crossprod(left, e)), numeric(length(r)))
    ue <- matrix(ue, length(r))
    gradient <- gradient + vapply(we, function(s) sum(diag(s)), 0) - drop(crossprod(ue, left))
    second <- second - crossprod(flat, flat_t) + 2 * crossprod(ue, w %*% ue)
    pull <- pull + crossprod(turned, ue)
    slopes <- slopes + xe %*% turned
    q <- q + xe %*% w %*% t(xe)
    deviance <- deviance + determinant(sigma[visit[r], visit[r], drop = FALSE])$modulus +
      sum((y[r] - drop(own %*% b)) * left)
  }
  block <- function(k) (k - 1) * p + seq_len(p)
  for (k in seq_len(size)) {
    pk <- phi %*% slopes[block(k), ]
    gradient[k] <- gradient[k] - sum(diag(pk))
    for (l in seq_len(size)) {
      pl <- phi %*% slopes[block(l), ]
      second[k, l] <- second[k, l] + 2 * sum(phi * q[block(k), block(l)]) - sum(pk * t(pl)) -
        2 * drop(crossprod(pull[, k], phi %*% pull[, l]))
    }
  }
  list(b = b, phi = phi, gradient = gradient, second = second, slopes = slopes, q = q,
       pairs = pairs, deviance = as.numeric(deviance))
}

# A mixed model of repeated measures with unstructured covariance, by restricted likelihood:
# Newton's steps on the covariance itself. Adjusted covariance of Kenward and Roger 1997,
# Biometrics 53:983, in which the covariance has no second derivatives; df by Satterthwaite.
mixed_model <- function(formula, data, df = "kenward-roger-linear", more = NULL) {
  x <- cbind(model.matrix(formula, data), more)
  y <- model.response(model.frame(formula, data))
  visit <- as.integer(data$VISIT)
  subject <- factor(data$USUBJID)
  e <- resid(lm.fit(x, y))
  m <- max(visit)
  sigma <- diag(vapply(seq_len(m), function(v) mean(e[visit == v]^2), 0), m)
  for (step in 1:100) {
    at <- mixed_sums(y, x, subject, visit, sigma)
    parts <- eigen(at$second, symmetric = TRUE)
    values <- pmax(abs(parts$values), 1e-10 * max(abs(parts$values)))
    move <- -parts$vectors %*% (crossprod(parts$vectors, at$gradient) / values)
    change <- matrix(0, m, m)
    change[at$pairs] <- move
    change[at$pairs[, 2:1]] <- move
    size <- 1
    repeat {
      next_one <- sigma + size * change
      if (min(eigen(next_one, TRUE, TRUE)$values) > 0 && (sum(at$gradient * move) > -1e-6 ||
          mixed_sums(y, x, subject, visit, next_one)$deviance < at$deviance)) break
      size <- size / 2
    }
    sigma <- next_one
    if (abs(sum(at$gradient * move)) < 1e-18) break
  }
  at <- mixed_sums(y, x, subject, visit, sigma)
  w <- 2 * solve(at$second)
  p <- ncol(x)
  block <- function(k) (k - 1) * p + seq_len(p)
  adjusted <- at$phi
  if (startsWith(df, "kenward")) {
    inner <- matrix(0, p, p)
    for (k in seq_len(nrow(w))) for (l in seq_len(nrow(w)))
      inner <- inner + w[k, l] * (at$q[block(k), block(l)] -
        at$slopes[block(k), ] %*% at$phi %*% at$slopes[block(l), ])
    adjusted <- at$phi + 2 * at$phi %*% inner %*% at$phi
  }
  list(formula = formula, data = data, b = at$b, phi = at$phi, adjusted = adjusted, w = w,
       slopes = -at$slopes, deviance = at$deviance, sigma = sigma, df = df)
}

# Of a mixed model: a combination of its coefficients with Satterthwaite's df.
mixed_contrast <- function(fit, row) {
  p <- length(fit$b)
  turned <- drop(fit$phi %*% row)
  slope <- vapply(seq_len(nrow(fit$w)), function(k)
    -drop(turned %*% fit$slopes[(k - 1) * p + seq_len(p), ] %*% turned), 0)
  v <- drop(row %*% fit$phi %*% row)
  combined(row, fit$b, fit$adjusted, 2 * v^2 / drop(slope %*% fit$w %*% slope))
}

# The mean of an arm at a visit, or its difference from another.
mixed_mean <- function(fit, visit, arm, control = NULL) {
  row <- mean_row(fit$formula, fit$data, list(ARM = arm, VISIT = visit))
  if (!is.null(control))
    row <- row - mean_row(fit$formula, fit$data, list(ARM = control, VISIT = visit))
  mixed_contrast(fit, row)
}

# Wilcoxon's Z, corrected by one half where P is not exact, and the median of all differences.
# Limits: Hollander and Wolfe 1999, section 4.3. y1 of the experimental arm, y2 of control.
rank_sum <- function(y1, y2, exact = NULL) {
  n1 <- length(y1)
  n2 <- length(y2)
  ranks <- rank(c(y1, y2))
  tied <- anyDuplicated(c(y1, y2)) > 0
  wins <- sum(ranks[seq_len(n1)]) - n1 * (n1 + 1) / 2
  spread <- sqrt(n1 * n2 / ((n1 + n2) * (n1 + n2 - 1)) * sum((ranks - (n1 + n2 + 1) / 2)^2))
  gap <- wins - n1 * n2 / 2
  if (is.null(exact)) exact <- !tied && max(n1, n2) < 50
  z <- if (exact) gap / spread else sign(gap) * max(abs(gap) - 0.5, 0) / spread
  p <- if (exact && !tied) wilcox.test(y1, y2, exact = TRUE)$p.value else 2 * pnorm(-abs(z))
  gaps <- sort(outer(y1, y2, "-"))
  k <- if (!tied && max(n1, n2) < 50) qwilcox(0.025, n1, n2) else
    round(n1 * n2 / 2 + qnorm(0.025) * spread)
  k <- max(k, 1)
  list(estimate = median(gaps), lower = gaps[k], upper = gaps[n1 * n2 + 1 - k],
       z = z, p = p, wins = wins)
}

# van Elteren 1960: rank sums of strata with weights 1 / (rows + 1).
van_elteren <- function(y, arm, stratum) {
  sums <- vapply(split(seq_along(y), stratum), function(i) {
    n <- length(i)
    m <- sum(arm[i])
    if (m == 0 || m == n) return(c(0, 0))
    ranks <- rank(y[i])
    v <- m * (n - m) / (n * (n - 1)) * sum((ranks - (n + 1) / 2)^2)
    c((sum(ranks[arm[i]]) - m * (n + 1) / 2) / (n + 1), v / (n + 1)^2)
  }, c(0, 0))
  z <- sum(sums[1, ]) / sqrt(sum(sums[2, ]))
  list(z = z, p = 2 * pnorm(-abs(z)))
}

# The F test that every row times the coefficients is 0. Kenward and Roger 1997, section 3; Fai and
# Cornelius 1996, J Stat Comput Simul 54:363.
mixed_test <- function(fit, rows) {
  rows <- rbind(rows)
  p <- length(fit$b)
  q <- nrow(rows)
  if (q == 1) {
    one <- mixed_contrast(fit, rows[1, ])
    return(list(f = one$t^2, numerator = 1, df = one$df, p = one$p))
  }
  gap <- rows %*% fit$b
  f <- drop(crossprod(gap, solve(rows %*% fit$adjusted %*% t(rows), gap))) / q
  if (fit$df == "satterthwaite") {
    axes <- eigen(rows %*% fit$phi %*% t(rows), symmetric = TRUE)$vectors
    df <- apply(t(axes) %*% rows, 1, function(row) mixed_contrast(fit, row)$df)
    mean <- sum(df / (df - 2))
    df <- if (any(df <= 2)) 2 else 2 * mean / (mean - q)
    return(list(f = f, numerator = q, df = df, p = pf(f, q, df, lower.tail = FALSE)))
  }
  theta <- t(rows) %*% solve(rows %*% fit$phi %*% t(rows), rows)
  turned <- lapply(seq_len(nrow(fit$w)), function(k)
    theta %*% fit$phi %*% fit$slopes[(k - 1) * p + seq_len(p), ] %*% fit$phi)
  traces <- vapply(turned, function(s) sum(diag(s)), 0)
  a1 <- drop(traces %*% fit$w %*% traces)
  a2 <- 0
  for (k in seq_along(turned)) for (l in seq_along(turned))
    a2 <- a2 + fit$w[k, l] * sum(turned[[k]] * t(turned[[l]]))
  b <- (a1 + 6 * a2) / (2 * q)
  g <- ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
  c123 <- c(g, q - g, q + 2 - g) / (3 * q + 2 * (1 - g))
  mean <- 1 / (1 - a2 / q)
  v <- 2 / q * (1 + c123[1] * b) / ((1 - c123[2] * b)^2 * (1 - c123[3] * b))
  df <- 4 + (q + 2) / (q * v / (2 * mean^2) - 1)
  f <- f * df / (mean * (df - 2))
  list(f = f, numerator = q, df = df, p = pf(f, q, df, lower.tail = FALSE))
}

# That no arm differs from the first at any visit.
mixed_arms <- function(fit) {
  arms <- levels(fit$data$ARM)
  cells <- expand.grid(arm = arms[-1], visit = levels(fit$data$VISIT), stringsAsFactors = FALSE)
  row <- function(arm, visit) mean_row(fit$formula, fit$data, list(ARM = arm, VISIT = visit))
  rows <- t(mapply(function(arm, visit) row(arm, visit) - row(arms[1], visit), cells$arm, cells$visit))
  mixed_test(fit, rows)
}

# A term with all others in the model (type III): its rows where factors sum to nought.
mixed_term <- function(fit, term) {
  data <- fit$data
  named <- all.vars(delete.response(terms(fit$formula)))
  for (name in named) if (is.character(data[[name]])) data[[name]] <- factor(data[[name]])
  factors <- named[vapply(named, function(name) is.factor(data[[name]]), TRUE)]
  sums <- setNames(rep(list("contr.sum"), length(factors)), factors)
  other <- model.matrix(fit$formula, data, contrasts.arg = sums)
  turned <- qr.solve(other, model.matrix(fit$formula, data))
  labels <- attr(terms(fit$formula), "term.labels")
  parts <- lapply(strsplit(labels, ":", fixed = TRUE), sort)
  at <- which(vapply(parts, identical, TRUE, sort(strsplit(term, ":", fixed = TRUE)[[1]])))
  mixed_test(fit, turned[attr(other, "assign") == at, , drop = FALSE])
}

# cLDA: baseline is a response (b, with AVAL), its mean the same in every arm; the other means of d
# are free. Liang and Zeger 2000, Sankhya B 62:134.
constrained_model <- function(formula, d, b, df = "kenward-roger-linear") {
  b$VISIT <- "baseline"
  b$ARM <- factor(b$TRT01P, levels(d$ARM))
  d$VISIT <- as.character(d$VISIT)
  shared <- intersect(names(b), names(d))
  data <- rbind(b[shared], d[shared])
  data$Y <- data$AVAL
  later <- unique(d$VISIT[order(d$AVISITN)])
  data$VISIT <- factor(data$VISIT, c("baseline", later))
  cells <- expand.grid(visit = later, arm = levels(data$ARM)[-1], stringsAsFactors = FALSE)
  more <- mapply(function(visit, arm) as.numeric(data$VISIT == visit & data$ARM == arm),
                 cells$visit, cells$arm)
  c(mixed_model(formula, data, df, more), list(cells = cells))
}

# Of cLDA: the mean of an arm at a visit, or its difference from another.
constrained_row <- function(fit, visit, arm, change) {
  row <- mean_row(fit$formula, fit$data, list(VISIT = visit))
  if (change) row <- row - mean_row(fit$formula, fit$data, list(VISIT = "baseline"))
  c(row, as.numeric(fit$cells$visit == visit & fit$cells$arm == arm))
}

constrained_mean <- function(fit, change, visit, arm, control = NULL) {
  row <- constrained_row(fit, visit, arm, change)
  if (!is.null(control)) row <- row - constrained_row(fit, visit, control, change)
  mixed_contrast(fit, row)
}

constrained_arms <- function(fit) {
  first <- levels(fit$data$ARM)[1]
  rows <- mapply(function(visit, arm) constrained_row(fit, visit, arm, FALSE) -
                   constrained_row(fit, visit, first, FALSE), fit$cells$visit, fit$cells$arm)
  mixed_test(fit, t(rows))
}
