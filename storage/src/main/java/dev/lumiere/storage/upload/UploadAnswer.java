package dev.lumiere.storage.upload;

/** What a client gets when its object is there. */
public sealed interface UploadAnswer {
    /**
     * A document.
     *
     * @param status 200; 579 if the object is there but whoever was to be told was not
     */
    record Json(int status, String body) implements UploadAnswer {}

    /** A browser goes on there. */
    record SeeOther(String location) implements UploadAnswer {}
}
