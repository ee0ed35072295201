package dev.infill.bench.report;

/** A candidate's name, and how people read it. */
public record Label(String name, String title) {}
