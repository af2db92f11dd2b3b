#!/bin/sh
# A login for each service, made once when the database is new; schemas and rights are the migration's.
set -eu
for role in intake enrichment provisioning notifier timeline monitor; do
  psql --set ON_ERROR_STOP=1 --set role="$role" --set password="$KOPPELING_LOCAL_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role :"role" login password :'password';
SQL
done
