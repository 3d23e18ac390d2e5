package io.tenantry.benchmarks;

import java.util.List;

/**
 * How a cost grows with the number of tenants.
 *
 * @param points by ascending number; at least two
 */
record Growth(List<Point> points) {

  /** The cost of all tenants together, in any unit. */
  record Point(int tenants, double cost) {

    double each() {
      return cost / tenants;
    }
  }

  Growth {
    points = List.copyOf(points);
  }

  Point first() {
    return points.getFirst();
  }

  Point last() {
    return points.getLast();
  }

  /** The cost of each tenant among most tenants, relative to that among fewest. */
  double eachRatio() {
    return last().each() / first().each();
  }

  /**
   * The exponent of the power of the number that fits the cost best: 0 if it is constant, 1 if it
   * grows as the fleet does.
   */
  double exponent() {
    double meanX =
        points.stream().mapToDouble(point -> Math.log(point.tenants())).average().orElseThrow();
    double meanY =
        points.stream().mapToDouble(point -> Math.log(point.cost())).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (Point point : points) {
      double x = Math.log(point.tenants()) - meanX;
      covariance += x * (Math.log(point.cost()) - meanY);
      variance += x * x;
    }
    return covariance / variance;
  }
}
