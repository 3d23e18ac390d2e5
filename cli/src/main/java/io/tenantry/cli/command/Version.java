package io.tenantry.cli.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the build. */
@RegisterForReflection
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream file = Version.class.getResourceAsStream("/tenantctl.properties")) {
      properties.load(file);
    }
    return new String[] {"tenantctl " + properties.getProperty("version")};
  }
}
