DROP INDEX customers_search;
DROP INDEX stores_search;
DROP INDEX merchants_search;
DROP INDEX developers_search;
DROP INDEX resellers_search;
