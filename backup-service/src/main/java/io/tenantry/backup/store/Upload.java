package io.tenantry.backup.store;

import java.io.OutputStream;

/**
 * The upload of an object to a store. If it is closed before {@link #commit}, nothing is stored.
 */
public abstract class Upload extends OutputStream {

  /** Completes the object: it is visible and durable on return. */
  public abstract void commit();

  /** Discards the object, unless it was committed. */
  @Override
  public abstract void close();
}
