package io.tenantry.backup.attack;

import io.tenantry.testing.ControlDatabase;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cluster's roles, memberships, settings and databases by its catalogs: all that a tenant must
 * not be able to change.
 *
 * @param lines each a fact
 */
record ClusterState(Set<String> lines) {

  /**
   * Databases and roles that come and go with operations, and templates of new versions; a restore
   * has roles join a group.
   */
  private static final String SCRATCH = "'^(restore|drill|golden|former|undone|tpl)_'";

  private static final List<String> QUERIES =
      List.of(
          // Passwords of derived roles are set again when they were broken.
          """
          SELECT format('role %%s super=%%s inherit=%%s createrole=%%s createdb=%%s login=%%s replication=%%s bypassrls=%%s limit=%%s until=%%s password=%%s comment=%%s',
            rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil,
            CASE WHEN rolname LIKE '%%\\_o' OR rolname = 'tenantry_dump' THEN '' ELSE md5(rolpassword) END,
            shobj_description(oid, 'pg_authid'))
          FROM pg_authid
          WHERE rolname !~ %1$s
          """,
          """
          SELECT format('member %%s of %%s admin=%%s', member::regrole, roleid::regrole, admin_option)
          FROM pg_auth_members
          WHERE member::regrole::text !~ %1$s
            AND roleid::regrole::text <> 'tenantry_loading'
          """,
          """
          SELECT format('database %%s owner=%%s acl=%%s connections=%%s limit=%%s comment=%%s',
            datname, datdba::regrole, ARRAY(SELECT acl::text FROM unnest(datacl) AS acl ORDER BY 1), datallowconn, datconnlimit, shobj_description(oid, 'pg_database'))
          FROM pg_database
          WHERE datname !~ %1$s
          """,
          """
          SELECT format('setting %%s %%s %%s', datname, setrole::regrole, setconfig)
          FROM pg_db_role_setting
          LEFT JOIN pg_database ON pg_database.oid = setdatabase
          WHERE coalesce(datname, '') !~ %1$s
            AND setrole::regrole::text NOT LIKE '%%\\_o'
          """,
          "SELECT format('parameter %%s %%s', parname, paracl) FROM pg_parameter_acl WHERE %1$s <> ''");

  /** The state at this moment. */
  static ClusterState now() {
    Set<String> lines = new TreeSet<>();
    for (String query : QUERIES) {
      lines.addAll(ControlDatabase.column(query.formatted(SCRATCH)));
    }
    return new ClusterState(lines);
  }

  /** What is there now and was not before, or the other way round. */
  Set<String> differences(ClusterState before) {
    Set<String> differences = new TreeSet<>();
    lines.stream()
        .filter(line -> !before.lines.contains(line))
        .forEach(line -> differences.add("+ " + line));
    before.lines.stream()
        .filter(line -> !lines.contains(line))
        .forEach(line -> differences.add("- " + line));
    return differences;
  }
}
