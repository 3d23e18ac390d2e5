package io.tenantry.backup.store;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/**
 * Removes the AWS Common Runtime's checksums from a native executable: the SDK refers to that
 * optional library, which is not included, and a native build links everything it can reach. The
 * SDK uses them only if it finds the library; otherwise it computes CRC-32 and CRC-32C in Java.
 *
 * <p>Easy to get wrong: the compiler accepts no member here that has no counterpart in the SDK's
 * class, so the three share no method and no constant.
 */
@SuppressWarnings("DoNotCallSuggester")
@TargetClass(className = "software.amazon.awssdk.checksums.internal.ChecksumProvider")
final class CrtChecksums {

  private CrtChecksums() {}

  @Substitute
  static SdkChecksum createCrtCrc32C() {
    throw new UnsupportedOperationException("The AWS Common Runtime is not part of this program.");
  }

  @Substitute
  static SdkChecksum crc64NvmeCrtImplementation() {
    throw new UnsupportedOperationException("The AWS Common Runtime is not part of this program.");
  }

  @Substitute
  static SdkChecksum crtXxHash(ChecksumAlgorithm algorithm) {
    throw new UnsupportedOperationException("The AWS Common Runtime is not part of this program.");
  }
}
