# Shares of two arms, in one table or over strata: what R has no function for in its own packages.
# x1, n1: with the outcome, and all, of the experimental arm; x2, n2: of control; one each stratum.

# Both rates of greatest likelihood among those that differ by gap, of one table.
# Miettinen and Nurminen 1985, Stat Med 4:213.
restricted_rates <- function(x1, n1, x2, n2, gap) {
  low <- max(0, -gap)
  high <- min(1, 1 - gap)
  part <- function(count, rate) if (count == 0) 0 else count / rate
  slope <- function(p)
    part(x1, p + gap) - part(n1 - x1, 1 - p - gap) + part(x2, p) - part(n2 - x2, 1 - p)
  edge <- (high - low) * 1e-14
  if (high - low < 1e-12 || slope(low + edge) <= 0) {
    p <- low
  } else if (slope(high - edge) >= 0) {
    p <- high
  } else {
    p <- uniroot(slope, c(low + edge, high - edge), tol = 1e-16, maxiter = 10000)$root
  }
  c(p + gap, p)
}

# The variance of the difference if it were gap, of each stratum.
restricted_variance <- function(x1, n1, x2, n2, gap, unbiased) {
  one <- function(x1, n1, x2, n2) {
    p <- restricted_rates(x1, n1, x2, n2, gap)
    v <- p[1] * (1 - p[1]) / n1 + p[2] * (1 - p[2]) / n2
    if (unbiased) v * (n1 + n2) / (n1 + n2 - 1) else v
  }
  mapply(one, x1, n1, x2, n2)
}

# Score limits of the difference, strata weighted by n1 n2 / (n1 + n2), and the test that it is 0.
miettinen_nurminen <- function(x1, n1, x2, n2, unbiased = TRUE, level = 0.95) {
  w <- n1 * n2 / (n1 + n2)
  w <- w / sum(w)
  estimate <- sum(w * (x1 / n1 - x2 / n2))
  z_at <- function(gap)
    (estimate - gap) / sqrt(sum(w^2 * restricted_variance(x1, n1, x2, n2, gap, unbiased)))
  end <- function(sign, from, to) {
    if (to - from < 1e-12) return(sign)
    far <- function(gap) max(min(z_at(gap), 1e6), -1e6) + sign * qnorm((1 + level) / 2)
    uniroot(far, c(from, to), tol = 1e-15, maxiter = 10000)$root
  }
  z <- z_at(0)
  list(
    estimate = estimate,
    lower = end(-1, -1 + 1e-12, estimate),
    upper = end(1, estimate, 1 - 1e-12),
    z = z,
    p = 2 * pnorm(-abs(z))
  )
}

# Z and one-sided P that the difference is no more than the margin.
# Farrington and Manning 1990, Stat Med 9:1447.
farrington_manning <- function(x1, n1, x2, n2, margin) {
  v <- restricted_variance(x1, n1, x2, n2, margin, FALSE)
  z <- (x1 / n1 - x2 / n2 - margin) / sqrt(v)
  list(z = z, p = pnorm(-z))
}

# Fisher's smaller one-sided P as Z, above 0 where the first rate is the higher.
fisher_z <- function(x1, n1, x2, n2) {
  more <- phyper(x1 - 1, n1, n2, x1 + x2, lower.tail = FALSE)
  fewer <- phyper(x1, n1, n2, x1 + x2)
  z <- qnorm(min(more, fewer, 0.5))
  if (more < fewer) -z else z
}

# The greatest chance, over the common rate, of a table at least as far as the one seen.
unconditional_p <- function(order, x1, n1, x2, n2) {
  seen <- order[x1 + 1, x2 + 1]
  far <- order >= seen - 1e-9 * max(abs(seen), 1)
  chance <- function(rate) sum(dbinom(0:n1, n1, rate) %o% dbinom(0:n2, n2, rate) * far)
  grid <- seq(0, 1, length.out = 2001)
  size <- vapply(grid, chance, 0)
  best <- which.max(size)
  near <- grid[pmin(pmax(best + c(-1, 1), 1), 2001)]
  min(1, max(size, optimize(chance, near, maximum = TRUE, tol = 1e-10)$objective))
}

# Barnard 1947, Biometrika 34:123: tables ordered by the pooled Z.
barnard <- function(x1, n1, x2, n2) {
  first <- row(matrix(0, n1 + 1, n2 + 1)) - 1
  second <- col(first) - 1
  pooled <- (first + second) / (n1 + n2)
  z <- abs(first / n1 - second / n2) / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
  z[!is.finite(z)] <- 0
  list(p = unconditional_p(z, x1, n1, x2, n2), statistic = z[x1 + 1, x2 + 1])
}

# Boschloo 1970, Stat Neerl 24:1: tables ordered by Fisher's two-sided P.
boschloo <- function(x1, n1, x2, n2) {
  p <- matrix(1, n1 + 1, n2 + 1)
  for (total in 0:(n1 + n2)) {
    x <- max(0, total - n2):min(total, n1)
    mass <- dhyper(x, n1, n2, total)
    p[cbind(x + 1, total - x + 1)] <-
      vapply(mass, function(m) min(1, sum(mass[mass <= m * (1 + 1e-7)])), 0)
  }
  list(p = unconditional_p(-p, x1, n1, x2, n2), statistic = -p[x1 + 1, x2 + 1])
}

# Greenland and Robins 1985, Biometrics 41:55; variance of Sato 1989, 45:1323.
mantel_haenszel_difference <- function(x1, n1, x2, n2) {
  n <- n1 + n2
  w <- n1 * n2 / n
  estimate <- sum(w * (x1 / n1 - x2 / n2)) / sum(w)
  skew <- (n1^2 * x2 - n2^2 * x1 + n1 * n2 * (n2 - n1) / 2) / n^2
  spread <- (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
  se <- sqrt(estimate * sum(skew) + sum(spread)) / sum(w)
  ends <- estimate + c(-1, 1) * qnorm(0.975) * se
  list(estimate = estimate, lower = max(-1, ends[1]), upper = min(1, ends[2]),
       z = estimate / se, p = 2 * pnorm(-abs(estimate / se)))
}

# The common odds ratio; variance of Robins, Breslow and Greenland 1986, Biometrics 42:311.
mantel_haenszel_odds <- function(x1, n1, x2, n2) {
  n <- n1 + n2
  top <- x1 * (n2 - x2) / n
  bottom <- x2 * (n1 - x1) / n
  agree <- (x1 + n2 - x2) / n
  ratio <- sum(top) / sum(bottom)
  variance <- sum(agree * top) / (2 * sum(top)^2) +
    sum(agree * bottom + (1 - agree) * top) / (2 * sum(top) * sum(bottom)) +
    sum((1 - agree) * bottom) / (2 * sum(bottom)^2)
  ratio * exp(c(0, -1, 1) * qnorm(0.975) * sqrt(variance))
}

# The common ratio of risks; variance of Greenland and Robins 1985.
mantel_haenszel_risk <- function(x1, n1, x2, n2) {
  n <- n1 + n2
  top <- sum(x1 * n2 / n)
  bottom <- sum(x2 * n1 / n)
  spread <- sum((n1 * n2 * (x1 + x2) - x1 * x2 * n) / n^2)
  top / bottom * exp(c(0, -1, 1) * qnorm(0.975) * sqrt(spread / (top * bottom)))
}

# Mantel and Haenszel's chi-square over strata; corrected by one half, no more than the deviation.
mantel_haenszel_test <- function(x1, n1, x2, n2, correct = FALSE) {
  n <- n1 + n2
  x <- x1 + x2
  gap <- abs(sum(x1 - n1 * x / n))
  variance <- sum(n1 * n2 * x * (n - x) / (n^2 * pmax(n - 1, 1)))
  chisq <- (gap - if (correct) min(0.5, gap) else 0)^2 / variance
  list(statistic = chisq, p = pchisq(chisq, 1, lower.tail = FALSE))
}

# Breslow and Day 1980, section 4.4; Tarone 1985, Biometrika 72:91.
breslow_day <- function(x1, n1, x2, n2) {
  kept <- x1 + x2 > 0 & x1 + x2 < n1 + n2
  x1 <- x1[kept]; n1 <- n1[kept]; x2 <- x2[kept]; n2 <- n2[kept]
  common <- mantel_haenszel_odds(x1, n1, x2, n2)[1]
  total <- x1 + x2
  at <- function(n1, n2, k) {
    gap <- function(e) log(e) + log(n2 - k + e) - log(n1 - e) - log(k - e) - log(common)
    ends <- c(max(0, k - n2), min(k, n1))
    uniroot(gap, ends + c(1, -1) * diff(ends) * 1e-12, tol = 1e-15, maxiter = 10000)$root
  }
  e <- mapply(at, n1, n2, total)
  v <- 1 / (1 / e + 1 / (n1 - e) + 1 / (total - e) + 1 / (n2 - total + e))
  chisq <- sum((x1 - e)^2 / v)
  tarone <- chisq - sum(x1 - e)^2 / sum(v)
  df <- length(x1) - 1
  list(statistic = chisq, df = df, p = pchisq(chisq, df, lower.tail = FALSE),
       tarone = pchisq(tarone, df, lower.tail = FALSE))
}

# A rate over strata with weights w and its limits. Yan and Su 2010, Stat Biopharm Res 2:329.
stratified_wilson <- function(x, n, w) {
  w <- w / sum(w)
  p <- x / n
  se <- sqrt(p * (1 - p) / n)
  if (!any(se > 0)) se <- sqrt(1 / n)
  z <- qnorm(0.975) * sqrt(sum(w^2 * se^2)) / sum(w * se)
  middle <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2)) / (1 + z^2 / n)
  low <- ifelse(x == 0, 0, middle - half)
  high <- ifelse(x == n, 1, middle + half)
  list(estimate = sum(w * p), lower = sum(w * low), upper = sum(w * high))
}

# The difference over strata from the arms' stratified limits. Yan and Su 2010.
stratified_newcombe <- function(x1, n1, x2, n2) {
  w <- n1 * n2 / (n1 + n2)
  w <- w / sum(w)
  a <- stratified_wilson(x1, n1, w)
  b <- stratified_wilson(x2, n2, w)
  gap <- a$estimate - b$estimate
  half <- function(p, q)
    qnorm(0.975) * sqrt(sum(w^2 / n1) * p * (1 - p) + sum(w^2 / n2) * q * (1 - q))
  list(estimate = gap, lower = gap - half(a$lower, b$upper), upper = gap + half(a$upper, b$lower))
}

# The odds ratio given all margins, of one table or over strata: estimate and limits. fisher.test
# and mantelhaen.test find the same to 4 digits.
exact_odds <- function(x1, n1, x2, n2) {
  mass <- 1
  low <- 0
  for (i in seq_along(x1)) {
    k <- x1[i] + x2[i]
    s <- max(0, k - n2[i]):min(k, n1[i])
    piece <- dhyper(s, n1[i], n2[i], k)
    sums <- numeric(length(mass) + length(piece) - 1)
    for (j in seq_along(piece)) {
      at <- j - 1 + seq_along(mass)
      sums[at] <- sums[at] + mass * piece[j]
    }
    mass <- sums
    low <- low + s[1]
  }
  s <- low + seq_along(mass) - 1
  seen <- sum(x1)
  tilted <- function(b) {
    w <- log(mass) + b * s
    w <- exp(w - max(w))
    w / sum(w)
  }
  root <- function(gap) exp(uniroot(gap, c(-300, 300), tol = 1e-15, maxiter = 10000)$root)
  first <- seen == s[1]
  last <- seen == s[length(s)]
  c(if (first) 0 else if (last) Inf else root(function(b) sum(s * tilted(b)) - seen),
    if (first) 0 else root(function(b) sum(tilted(b)[s >= seen]) - 0.025),
    if (last) Inf else root(function(b) sum(tilted(b)[s <= seen]) - 0.025),
    sum(mass[mass <= mass[s == seen] * (1 + 1e-7)]))
}
