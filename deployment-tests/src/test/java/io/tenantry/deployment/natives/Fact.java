package io.tenantry.deployment.natives;

import java.lang.classfile.Signature;
import java.lang.constant.ClassDesc;

/** What is known of a value while a method is read. */
sealed interface Fact {

  /** It may be of this type. */
  record Typed(Signature type) implements Fact {}

  /** It may be this class. */
  record ClassConstant(ClassDesc type) implements Fact {}

  /** It may be a text that begins like this, and is just this if it is complete. */
  record Text(String begin, boolean complete) implements Fact {}

  /** It may come from this parameter of the method, counted from 0 without {@code this}. */
  record FromParameter(int index) implements Fact {}

  /** It may come from this field. */
  record FromField(String owner, String name) implements Fact {}
}
