import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client';
import { AppLink } from './AppLink';
import { shortId } from './format';

/** A tenant's name; the end of its id as long as it is unknown. */
export function useTenantName(id: string | undefined): string {
  const { data } = api.useQuery('get', '/api/tenant/v1/tenants/{tenant_id}', { params: { path: { tenant_id: id ?? '' } } }, { enabled: id !== undefined, retry: false });
  return data?.name ?? (id ? shortId(id) : '…');
}

/** A tenant's name, which leads to its page. Without a name it is looked up; as long as it is unknown, the id is shown. */
export function TenantLink({ id, name }: { id: string; name?: string | null }) {
  const { data } = useQuery({
    ...api.queryOptions('get', '/api/tenant/v1/tenants/{tenant_id}', { params: { path: { tenant_id: id } } }),
    enabled: !name,
    staleTime: 5 * 60_000,
    refetchInterval: false,
    retry: false,
  });
  const shown = name ?? data?.name;
  return (
    <AppLink to="/tenants/$tenantId/{-$tab}" params={{ tenantId: id }} title={id} className={shown ? undefined : 'tn-mono'}>
      {shown ?? shortId(id)}
    </AppLink>
  );
}
