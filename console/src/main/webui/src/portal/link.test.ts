import { describe, expect, it, vi } from 'vitest';
import { portalPath, takeToken, withLink } from './link';

describe('takeToken', () => {
  it('reads the token and removes it from the address', () => {
    const replaceState = vi.fn();
    expect(takeToken({ hash: '#token=portal_1_ab', pathname: '/portal', search: '?parent_origin=https://a' }, { replaceState })).toBe('portal_1_ab');
    expect(replaceState).toHaveBeenCalledWith(null, '', '/portal?parent_origin=https://a');
  });

  it('leaves an address without a token as it is', () => {
    const replaceState = vi.fn();
    expect(takeToken({ hash: '', pathname: '/portal', search: '' }, { replaceState })).toBeUndefined();
    expect(replaceState).not.toHaveBeenCalled();
  });
});

describe('portalPath', () => {
  it('leads to the portal’s part of the API', () => expect(portalPath('/api/tenant/v1/tenants/1/webhooks/endpoints')).toBe('/portal/api/v1/tenants/1/webhooks/endpoints'));
});

describe('withLink', () => {
  it('sends the same to the portal’s path, with the token', async () => {
    const request = new Request('https://console.example.com/api/tenant/v1/tenants/1/webhooks/endpoints?limit=2', { method: 'POST', body: '{"url":"https://a"}', headers: { 'Content-Type': 'application/json' } });
    const passedOn = await withLink(request, 'portal_1_ab');
    expect([passedOn.method, passedOn.url]).toEqual(['POST', 'https://console.example.com/portal/api/v1/tenants/1/webhooks/endpoints?limit=2']);
    expect([passedOn.headers.get('Authorization'), passedOn.headers.get('Content-Type')]).toEqual(['Bearer portal_1_ab', 'application/json']);
    expect(await passedOn.text()).toBe('{"url":"https://a"}');
  });
});
