import type { Tenant } from '../../api/client';

type Room = Pick<Tenant['RegisteredCluster'], 'tenants' | 'capacity'>;

export const isFull = ({ tenants, capacity }: Room) => tenants >= capacity;
const NEARLY_FULL = 0.9;
export const isNearlyFull = ({ tenants, capacity }: Room) => tenants >= capacity * NEARLY_FULL;
