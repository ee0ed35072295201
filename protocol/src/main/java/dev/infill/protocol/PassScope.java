package dev.infill.protocol;

/** Which ranges a pass is for. */
public enum PassScope {
    ALL,
    NOT_VERIFIED,
    REJECTED,
    SUSPECT,
    OVERFLOWED
}
