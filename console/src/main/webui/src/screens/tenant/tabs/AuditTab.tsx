import { useTranslation } from 'react-i18next';
import { Panel } from '../../../components/Panel';
import { AuditTable } from '../../audit/AuditTable';
import type { TabProps } from '../TenantScreen';

/** The records of the audit log that concern a tenant. */
export function AuditTab({ tenant }: TabProps) {
  const { t } = useTranslation();
  return (
    <Panel title={t('tenant.tab.audit')}>
      <AuditTable isPlain filter={{ tenant_id: tenant.tenant_id }} />
    </Panel>
  );
}
