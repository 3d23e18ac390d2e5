import { expect, it } from 'vitest';
import '../../i18n';
import { actionText } from './actions';

it('says what an action does', () => expect(actionText('POST /api/v1/tenants/{tenant_id}/suspend')).toBe('Suspend a tenant'));

it('has the same words for the webhooks of a tenant and of the operator', () =>
  expect(actionText('POST /api/v1/tenants/{tenant_id}/webhooks/endpoints/{endpoint_id}/pause')).toBe(actionText('POST /api/v1/webhooks/endpoints/{endpoint_id}/pause')));

it('has no words for an action that it does not know', () => expect(actionText('POST /api/v1/new-things')).toBeUndefined());
