package dev.lumiere.bench.storage;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobProviderMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;

/** s3proxy as a program: {@code FOLDER BUCKET PORT}, for everybody, its objects files. */
public final class S3Server {
    private S3Server() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Files.createDirectories(Path.of(arguments[0]));
        var properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", folder.toString());
        var store =
                ContextBuilder.newBuilder(new FilesystemNio2BlobProviderMetadata())
                        .credentials("identity", "credential")
                        .overrides(properties)
                        .build(BlobStoreContext.class)
                        .getBlobStore();
        store.createContainerInLocation(null, arguments[1]);
        S3Proxy.builder()
                .blobStore(store)
                .endpoint(URI.create("http://127.0.0.1:" + arguments[2]))
                .awsAuthentication(AuthenticationType.NONE, "", "")
                .build()
                .start();
    }
}
