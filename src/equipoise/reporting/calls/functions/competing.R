# Competing risks. cause: 0 censored, 1 the event, 2 a competing one.

# Events of both causes and numbers at risk of each group, at each time of an event.
gray_sets <- function(time, cause, group, k) {
  at <- sort(unique(time[cause > 0]))
  count <- function(test) {
    cells <- lapply(seq_len(k), function(g) vapply(at, function(t) sum(test(t) & group == g), 0))
    matrix(unlist(cells), length(at))
  }
  list(
    y = count(function(t) time >= t),
    d1 = count(function(t) time == t & cause == 1),
    d2 = count(function(t) time == t & cause == 2)
  )
}

# Each column summed or multiplied from the first row on; before: the same without its own row.
along <- function(m, how) {
  matrix(apply(m, 2, how), nrow(m))
}

before_it <- function(m, first) {
  rbind(first, m[-nrow(m), , drop = FALSE])
}

# The score of each group, of one stratum, and its covariances: the events of a group, of either
# cause, are independent; ties are taken as drawn without replacement.
gray_sums <- function(time, cause, group, k) {
  sets <- gray_sets(time, cause, group, k)
  y <- sets$y
  safe <- pmax(y, 1)
  after <- along(1 - (sets$d1 + sets$d2) / safe, cumprod)
  before <- before_it(after, 1)
  f <- before_it(along(before * sets$d1 / safe, cumsum), 0)
  h <- ifelse(y > 0 & before > 0, y / before, 0)
  total <- rowSums(h)
  n1 <- rowSums(sets$d1)
  eligible <- h * (1 - f)
  score <- colSums(sets$d1 - eligible * n1 / rowSums(eligible))
  pooled <- cumsum(n1 / total)
  rate <- n1 / (total * (1 - c(0, pooled[-length(pooled)])))
  ratio <- ifelse(y > 0 & after > 0, (1 - pooled) / after, 0)
  room <- total * before - 1
  tied <- 1 - ifelse(room > 0, (n1 - 1) / room, 0)
  own <- ifelse(y > 0, tied * before * n1 / (total * safe), 0)
  tied <- 1 - ifelse(y > 1, (sets$d2 - 1) / (y - 1), 0)
  other <- ifelse(y > 0, tied * before^2 * sets$d2 / safe^2, 0)
  variance <- matrix(0, k, k)
  for (r in seq_len(k)) {
    a <- -h * h[, r] / total
    a[, r] <- a[, r] + h[, r]
    c_at <- along(a * rate, cumsum)
    rest <- matrix(c_at[nrow(c_at), ], nrow(c_at), k, byrow = TRUE) - c_at
    b <- a + (1 - ratio[, r]) * rest
    b2 <- ratio[, r] * rest
    variance <- variance + crossprod(b, b * own[, r]) + crossprod(b2, b2 * other[, r])
  }
  list(score = score, variance = variance)
}

# Gray 1988, Annals of Statistics 16:1141, of cause 1.
gray_test <- function(time, cause, group, stratum = 1) {
  stratum <- rep(stratum, length.out = length(time))
  group <- as.integer(factor(group))
  k <- max(group)
  score <- numeric(k)
  variance <- matrix(0, k, k)
  for (i in split(seq_along(time), stratum)) {
    if (!any(cause[i] == 1)) next
    sums <- gray_sums(time[i], cause[i], group[i], k)
    score <- score + sums$score
    variance <- variance + sums$variance
  }
  parts <- eigen(variance, symmetric = TRUE)
  kept <- parts$values > 1e-10 * max(parts$values)
  turned <- crossprod(parts$vectors[, kept, drop = FALSE], score)
  chisq <- sum(turned^2 / parts$values[kept])
  list(chisq = chisq, df = sum(kept), p = pchisq(chisq, sum(kept), lower.tail = FALSE))
}

# A cumulative incidence with its error and limits: of survfit, or by Aalen's variance.
# Marubini and Valsecchi 1995, section 10.2.
incidence <- function(time, cause, of, at, variance = "delta", conf = "log-log") {
  fit <- survfit(Surv(time, factor(cause, 0:2)) ~ 1)
  told <- summary(fit, times = at, extend = TRUE)
  f <- told$pstate[1, of + 1]
  se <- told$std.err[1, of + 1]
  if (variance == "aalen") se <- sqrt(aalen_variance(time, cause, of, at))
  z <- qnorm(0.975)
  ends <- switch(conf,
    plain = c(max(0, f - z * se), min(1, f + z * se)),
    log = c(f * exp(-z * se / f), min(1, f * exp(z * se / f))),
    f^exp(c(-1, 1) * z * se / (f * log(f)))
  )
  list(estimate = f, se = se, lower = min(ends), upper = max(ends))
}

aalen_variance <- function(time, cause, of, at) {
  sets <- gray_sets(time, ifelse(cause == 0, 0, ifelse(cause == of, 1, 2)), rep(1, length(time)), 1)
  y <- sets$y[, 1]
  d1 <- sets$d1[, 1]
  d2 <- sets$d2[, 1]
  after <- cumprod(1 - (d1 + d2) / y)
  before <- c(1, after[-length(after)])
  f <- cumsum(before * d1 / y)
  drawn <- function(d) d * (1 - pmax(d - 1, 0) / pmax(y - 1, 1))
  fall <- ifelse(after > 0, 1 / after, 0)
  own <- (before / y)^2 * drawn(d1)
  all <- own + (before / y)^2 * drawn(d2)
  here <- sort(unique(time[cause > 0])) <= at
  gap <- max(c(0, f[here])) - f
  sum((own - 2 * gap * own * fall + gap^2 * all * fall^2)[here])
}

# Fine and Gray 1999, JASA 94:496, equations 7 and 8: the first coefficient, and its error with the
# estimation of the censoring distribution in it. Who had a competing event stays at risk with the
# weight G(t-) / G(T-), as in cmprsk; survival's finegray has other weights where times are tied.
fine_gray <- function(time, cause, x) {
  x <- sweep(as.matrix(x), 2, colMeans(as.matrix(x)))
  n <- length(time)
  censored <- sort(unique(time[cause == 0]))
  left <- vapply(censored, function(u) 1 - sum(time == u & cause == 0) / sum(time >= u), 0)
  free <- function(t) prod(left[censored < t])
  at <- sort(unique(time[cause == 1]))
  w <- outer(seq_len(n), seq_along(at), Vectorize(function(i, j) {
    if (time[i] >= at[j]) 1 else if (cause[i] == 2) free(at[j]) / free(time[i]) else 0
  }))
  deaths <- vapply(at, function(t) sum(time == t & cause == 1), 0)
  own <- which(cause == 1)
  b <- numeric(ncol(x))
  for (step in 1:50) {
    risk <- drop(exp(x %*% b))
    s0 <- colSums(w * risk)
    mean <- crossprod(w * risk, x) / s0
    hazard <- deaths / s0
    info <- matrix(0, ncol(x), ncol(x))
    for (j in seq_along(at)) {
      gap <- sweep(x, 2, mean[j, ])
      info <- info + hazard[j] * crossprod(gap, gap * w[, j] * risk)
    }
    score <- colSums(x[own, , drop = FALSE]) - colSums(deaths * mean)
    move <- solve(info, score)
    if (max(abs(move)) < 1e-13) break
    b <- b + move
  }
  part <- function(i, which) {
    gap <- sweep(-mean[which, , drop = FALSE], 2, -x[i, ])
    colSums(gap * (w[i, which] * hazard[which] * risk[i]))
  }
  influence <- matrix(0, n, ncol(x))
  for (i in seq_len(n)) {
    first <- if (cause[i] == 1) x[i, ] - mean[match(time[i], at), ] else 0
    influence[i, ] <- first - part(i, seq_along(at))
  }
  for (u in censored) {
    gone <- which(cause == 2 & time < u)
    late <- which(at >= u)
    if (!length(gone) || !length(late)) next
    q <- Reduce(`+`, lapply(gone, part, which = late)) / sum(time >= u)
    now <- time == u & cause == 0
    influence[now, ] <- influence[now, ] + rep(q, each = sum(now))
    after <- time >= u
    influence[after, ] <- influence[after, ] - rep(q * sum(now) / sum(after), each = sum(after))
  }
  v <- solve(info) %*% crossprod(influence) %*% solve(info)
  list(b = b[1], se = sqrt(v[1, 1]))
}
