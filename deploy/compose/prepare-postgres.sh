#!/bin/bash
# Run once by PostgreSQL's image, on its first start: what an operator does by hand on a server of their own.
set -e

sql() { psql -qX -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" "$@"; }

sql -d postgres -f /tenantry/tenant-cluster.sql
sql -d postgres -c 'CREATE DATABASE tenantry_control'
sql -d tenantry_control -f /tenantry/control-database.sql
# By standard input: everyone on the machine can read arguments.
sql -d postgres <<SQL
\getenv control CONTROL_DATABASE_PASSWORD
\getenv admin TENANT_CLUSTER_ADMIN_PASSWORD
ALTER ROLE tenant_service PASSWORD :'control';
ALTER ROLE ingestion_service PASSWORD :'control';
ALTER ROLE backup_service PASSWORD :'control';
ALTER ROLE tenantry_admin PASSWORD :'admin';
SQL
