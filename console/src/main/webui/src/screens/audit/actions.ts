import { textOf } from '../../i18n';

/** What an action of the audit log does, in words; undefined for one without a text of its own. A tenant's webhooks and the operator's have the same texts. */
export const actionText = (action: string): string | undefined =>
  textOf(`audit.actions.${action.replace(' /api/v1', ' ').replace('/tenants/{tenant_id}/webhooks', '/webhooks')}`);
