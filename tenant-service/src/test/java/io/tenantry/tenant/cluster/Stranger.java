package io.tenantry.tenant.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that is not PostgreSQL, or ends every login. */
enum Stranger {
  CLOSES {
    @Override
    void serve(InputStream in, OutputStream out) {
      // Its end closes the connection.
    }
  },
  HTTP {
    @Override
    void serve(InputStream in, OutputStream out) throws IOException {
      in.read();
      out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      in.readAllBytes();
    }
  },
  SSH {
    @Override
    void serve(InputStream in, OutputStream out) throws IOException {
      out.write("SSH-2.0-OpenSSH_9.6\r\n".getBytes(StandardCharsets.US_ASCII));
      in.readAllBytes();
    }
  },
  SILENT {
    @Override
    void serve(InputStream in, OutputStream out) throws IOException {
      in.readAllBytes();
    }
  },
  ENDS_LOGIN {
    @Override
    void serve(InputStream in, OutputStream out) throws IOException {
      in.readNBytes(8);
      out.write('N');
      in.read();
    }
  },
  NO_TLS {
    @Override
    void serve(InputStream in, OutputStream out) throws IOException {
      in.readNBytes(8);
      out.write('S');
      in.read();
      out.write("hello".getBytes(StandardCharsets.US_ASCII));
      in.read();
    }
  };

  abstract void serve(InputStream in, OutputStream out) throws IOException;

  ServerSocket start() throws IOException {
    ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  Socket client = entrance.accept();
                  Thread.ofVirtual().start(() -> serve(client));
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
    return entrance;
  }

  private void serve(Socket client) {
    try (client) {
      serve(client.getInputStream(), client.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
