package io.tenantry.kernel.cluster;

import io.tenantry.kernel.db.SqlSession;

/** A session as an owner role. */
public interface OwnerSession extends SqlSession, AutoCloseable {
  @Override
  void close();
}
