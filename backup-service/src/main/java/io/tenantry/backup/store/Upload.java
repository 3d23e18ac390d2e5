package io.tenantry.backup.store;

import java.io.OutputStream;

/** An object on its way into a store. Closed before {@link #commit}, it leaves nothing behind. */
public abstract class Upload extends OutputStream {

  /** Makes the object visible, whole and durable. */
  public abstract void commit();

  /** Gives the object up unless it was committed. */
  @Override
  public abstract void close();
}
