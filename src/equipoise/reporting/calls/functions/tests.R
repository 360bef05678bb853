# Tests of times to events that R's survival does not have. arm: TRUE for the experimental arm.

# At each time of an event: events and numbers at risk, of all and of the experimental arm, and
# the survival of all just before.
risk_sets <- function(time, event, arm) {
  at <- sort(unique(time[event]))
  count <- function(which) vapply(at, function(t) sum(which(t)), 0)
  sets <- data.frame(
    time = at,
    d = count(function(t) time == t & event),
    y = count(function(t) time >= t),
    d1 = count(function(t) time == t & event & arm),
    y1 = count(function(t) time >= t & arm)
  )
  sets$before <- c(1, cumprod(1 - sets$d / sets$y)[-nrow(sets)])
  sets
}

# Weights: Fleming and Harrington; Magirr and Burman; of the number at risk; Peto and Peto.
fleming_harrington <- function(rho, gamma) {
  function(s) s$before^rho * (1 - s$before)^gamma
}

modest <- function(t_star = NULL, floor = NULL) {
  function(s) {
    late <- s$before[s$time > t_star]
    least <- if (!is.null(floor)) floor else if (length(late)) late[1] else 0
    1 / pmax(s$before, least)
  }
}

at_risk <- function(power) {
  function(s) s$y^power
}

peto <- function(modified) {
  function(s) cumprod(1 - s$d / (s$y + 1)) * if (modified) s$y / (s$y + 1) else 1
}

# Observed less expected of the experimental arm, and covariances, of weights in columns.
weighted_sums <- function(sets, w) {
  gap <- colSums(w * (sets$d1 - sets$d * sets$y1 / sets$y))
  share <- sets$y1 / sets$y
  v <- sets$d * share * (1 - share) * (sets$y - sets$d) / pmax(sets$y - 1, 1)
  list(gap = gap, covariance = crossprod(w, w * v))
}

# Strata: "summed", each with its own weights; "pooled", weights of all together; "combined", the
# Z of each weighted by the root of its log-rank variance.
weighted_logrank <- function(time, event, arm, weight, stratum = 1, strata = "summed") {
  stratum <- rep(stratum, length.out = length(time))
  whole <- risk_sets(time, event, arm)
  parts <- lapply(split(seq_along(time), stratum), function(i) {
    own <- risk_sets(time[i], event[i], arm[i])
    w <- if (strata == "pooled") weight(whole)[match(own$time, whole$time)] else weight(own)
    list(sums = weighted_sums(own, cbind(w)), plain = weighted_sums(own, cbind(w * 0 + 1)))
  })
  gap <- vapply(parts, function(p) p$sums$gap, 0)
  v <- vapply(parts, function(p) p$sums$covariance[1, 1], 0)
  z <- sum(gap) / sqrt(sum(v))
  if (strata == "combined") {
    known <- v > 0
    i <- vapply(parts, function(p) p$plain$covariance[1, 1], 0)[known]
    z <- sum(sqrt(i) * gap[known] / sqrt(v[known])) / sqrt(sum(i))
  }
  list(z = z, chisq = z^2, p = 2 * pnorm(-abs(z)))
}

# The chance that some of several correlated normals lies outside low to high, by quadrature: rows
# of a Cholesky factor, those that follow from the others as bounds of the last they depend on.
normals_outside <- function(low, high, correlation) {
  k <- nrow(correlation)
  root <- suppressWarnings(chol(correlation, pivot = TRUE, tol = 1e-10))
  order <- attr(root, "pivot")
  rank <- attr(root, "rank")
  l <- t(root)
  last <- vapply(seq_len(k), function(i) max(which(abs(l[i, seq_len(rank)]) > 1e-9)), 0L)
  low <- rep(low, length.out = k)[order]
  high <- rep(high, length.out = k)[order]
  outside <- function(y) {
    j <- length(y) + 1
    center <- function(i) if (j > 1) sum(l[i, seq_len(j - 1)] * y) else 0
    ends <- vapply(which(last == j), function(i) {
      sort((c(low[i], high[i]) - center(i)) / l[i, j])
    }, c(0, 0))
    from <- max(ends[1, ])
    to <- min(ends[2, ])
    if (from >= to) return(1)
    beyond <- pnorm(from) + pnorm(to, lower.tail = FALSE)
    if (j == rank) return(beyond)
    body <- function(v) vapply(v, function(x) dnorm(x) * outside(c(y, x)), 0)
    cuts <- seq(max(from, -12), min(to, 12), length.out = 9)
    parts <- mapply(function(a, b) integrate(body, a, b, rel.tol = 1e-7, abs.tol = 0,
                                             subdivisions = 200L, stop.on.error = FALSE)$value,
                    cuts[-9], cuts[-1])
    beyond + sum(parts)
  }
  outside(numeric(0))
}

# The most extreme of several weighted tests. sign: 1 where fewer events are better, else -1.
max_combo <- function(time, event, arm, weights, stratum = 1, sign = 1) {
  stratum <- rep(stratum, length.out = length(time))
  gap <- 0
  covariance <- 0
  for (i in split(seq_along(time), stratum)) {
    own <- risk_sets(time[i], event[i], arm[i])
    w <- vapply(weights, function(f) f(own), own$time)
    sums <- weighted_sums(own, matrix(w, nrow(own)))
    gap <- gap + sums$gap
    covariance <- covariance + sums$covariance
  }
  z <- gap / sqrt(diag(covariance))
  correlation <- cov2cor(covariance)
  most <- max(abs(z))
  better <- normals_outside(min(sign * z), Inf, correlation)
  list(each = z, largest = most, p = normals_outside(-most, most, correlation),
       z = sign * qnorm(better))
}

# The scores of a log-rank test with the arms shuffled within strata.
permutation_logrank <- function(time, event, arm, stratum = 1) {
  stratum <- rep(stratum, length.out = length(time))
  sums <- vapply(split(seq_along(time), stratum), function(i) {
    own <- risk_sets(time[i], event[i], arm[i])
    spent <- vapply(time[i], function(t) sum((own$d / own$y)[own$time <= t]), 0)
    score <- event[i] - spent
    n <- length(i)
    m <- sum(arm[i])
    v <- if (n > 1) m * (n - m) / (n - 1) * mean((score - mean(score))^2) else 0
    c(sum(score[arm[i]]) - m * mean(score), v)
  }, c(0, 0))
  z <- sum(sums[1, ]) / sqrt(sum(sums[2, ]))
  list(z = z, p = 2 * pnorm(-abs(z)))
}

# The log-rank test with what chance did to covariates taken out. Ye, Shao and Yi 2023.
adjusted_logrank <- function(time, event, arm, x, stratum = 1) {
  stratum <- rep(stratum, length.out = length(time))
  x <- as.matrix(x)
  outcome <- numeric(length(time))
  inside <- x
  gap <- 0
  variance <- 0
  for (i in split(seq_along(time), stratum)) {
    own <- risk_sets(time[i], event[i], arm[i])
    sums <- weighted_sums(own, cbind(rep(1, nrow(own))))
    gap <- gap + sums$gap
    variance <- variance + sums$covariance[1, 1]
    share <- own$y1 / own$y
    for (k in i) {
      other <- if (arm[k]) 1 - share else share
      past <- own$time <= time[k]
      now <- own$time == time[k] & event[k]
      outcome[k] <- sum(other[now]) - sum((other * own$d / own$y)[past])
    }
    inside[i, ] <- sweep(x[i, , drop = FALSE], 2, colMeans(x[i, , drop = FALSE]))
  }
  slopes <- 0
  for (side in c(FALSE, TRUE)) {
    mine <- which(arm == side)
    centered <- x[mine, , drop = FALSE]
    for (i in split(seq_along(mine), stratum[mine]))
      centered[i, ] <- sweep(centered[i, , drop = FALSE], 2, colMeans(centered[i, , drop = FALSE]))
    slope <- solve(crossprod(centered), crossprod(centered, outcome[mine]))
    slopes <- slopes + slope
    gap <- gap - (if (side) 1 else -1) * sum(inside[mine, , drop = FALSE] %*% slope)
  }
  share <- ave(as.numeric(arm), stratum)
  saved <- crossprod(slopes, crossprod(inside * (share * (1 - share)), inside) %*% slopes)
  z <- as.numeric(gap / sqrt(variance - saved))
  list(z = z, chisq = z^2, p = 2 * pnorm(-abs(z)))
}

# Restricted means up to tau of each arm with their errors, strata weighted by their share of all
# rows; of two arms the difference and the logarithm of the ratio too. tau: NA for the last time of
# the arm (of a stratum) that was followed the least.
restricted_means <- function(time, event, arm, tau = NA, stratum = 1, two = NULL) {
  stratum <- rep(stratum, length.out = length(time))
  arm <- as.character(arm)
  if (is.na(tau)) tau <- min(tapply(time, paste(arm, stratum), max))
  of <- function(which) {
    parts <- lapply(split(seq_along(time), stratum), function(i) {
      own <- i[arm[i] == which]
      told <- summary(survfit(Surv(time[own], event[own]) ~ 1), rmean = tau)$table
      c(told[["rmean"]], told[["se(rmean)"]]) * length(i)
    })
    both <- do.call(rbind, parts)
    c(sum(both[, 1]), sqrt(sum(both[, 2]^2))) / length(time)
  }
  out <- sapply(unique(arm), of, simplify = FALSE)
  if (!is.null(two)) {
    a <- out[[two[1]]]
    b <- out[[two[2]]]
    out$gap <- c(a[1] - b[1], sqrt(a[2]^2 + b[2]^2))
    out$ratio <- c(log(a[1] / b[1]), sqrt((a[2] / a[1])^2 + (b[2] / b[1])^2))
  }
  out
}
