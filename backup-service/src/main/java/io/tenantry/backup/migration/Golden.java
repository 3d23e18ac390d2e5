package io.tenantry.backup.migration;

import java.util.List;

/**
 * What a golden template tells: what each tenant of that version must be like.
 *
 * @param history what Flyway wrote, in order
 */
record Golden(List<HistoryRow> history, Catalog catalog) {}
