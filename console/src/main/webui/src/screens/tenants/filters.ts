export const STATUSES = ['registered', 'provisioning', 'rolling_back', 'active', 'suspended', 'deleting', 'deleted'];
export const ENVIRONMENTS = ['development', 'staging', 'production'];
/** What a tenant may be called. */
export const NAME = /^[A-Za-z0-9_-]{1,255}$/;
