import { useTranslation } from 'react-i18next';
import { api, type Tenant } from '../../api/client';
import { PAGE_SIZE, paged } from '../../api/paged';
import { AppLink } from '../../components/AppLink';
import { shortId } from '../../components/format';
import { Nothing } from '../../components/Nothing';
import { PagedTable, type Column } from '../../components/PagedTable';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { actionText } from './actions';

interface AuditTableProps {
  filter: { tenant_id?: string; actor?: string; action?: string; outcome?: string; from?: string; to?: string };
  isPlain?: boolean;
}

/** Records of the audit log, newest first. */
export function AuditTable({ filter, isPlain }: AuditTableProps) {
  const { t } = useTranslation();
  const records = api.useInfiniteQuery('get', '/api/tenant/v1/audit', { params: { query: { ...filter, limit: PAGE_SIZE } } }, paged);
  const columns: Column<Tenant['AuditRecord']>[] = [
    { key: 'time', title: t('audit.time'), cell: (record) => <Time value={record.occurred_at} /> },
    {
      key: 'action',
      title: t('audit.action'),
      width: 35,
      cell: (record) => (
        <>
          {actionText(record.action)}
          <div className="tn-note">
            <code className="tn-mono" title={record.service}>
              {record.action}
            </code>
          </div>
        </>
      ),
    },
    {
      key: 'outcome',
      title: t('audit.outcome'),
      cell: (record) => (
        <>
          <StatusLabel status={record.outcome} />
          {record.code && (
            <div className="tn-note">
              <code className="tn-mono">{record.code}</code>
            </div>
          )}
        </>
      ),
    },
    { key: 'actor', title: t('audit.actor'), cell: (record) => record.actor },
    ...(filter.tenant_id && isPlain
      ? []
      : [
          {
            key: 'tenant',
            title: t('audit.tenant'),
            cell: (record: Tenant['AuditRecord']) =>
              record.tenant_id ? (
                <AppLink to="/tenants/$tenantId/{-$tab}" params={{ tenantId: record.tenant_id, tab: 'timeline' }} title={record.tenant_id}>
                  <code className="tn-mono tn-nowrap">{shortId(record.tenant_id)}</code>
                </AppLink>
              ) : record.tenant_ids.length > 0 ? (
                t('audit.tenants', { count: record.tenant_ids.length })
              ) : (
                ''
              ),
          },
        ]),
    { key: 'source', title: t('audit.source'), cell: (record) => record.source ?? '' },
  ];
  return (
    <PagedTable
      isPlain={isPlain}
      label={t('audit.title')}
      query={records}
      columns={columns}
      rowId={(record) => String(record.position)}
      empty={<Nothing isFiltered title={t('audit.none')} body={t('audit.noneBody')} />}
    />
  );
}
