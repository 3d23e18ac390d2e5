package io.tenantry.backup.migration;

import java.util.List;

/**
 * The migration history and the catalog that every tenant of a version must have.
 *
 * @param history what Flyway wrote, in order
 */
record GoldenTemplate(List<HistoryRow> history, Catalog catalog) {}
