import { createStore } from './store';

export const SERVICES = ['tenant', 'ingestion', 'backup'] as const;
export type Service = (typeof SERVICES)[number];

/** The services that did not answer the last call. */
export const unavailableServices = createStore<readonly Service[]>([]);

export function serviceOf(path: string): Service | undefined {
  return SERVICES.find((service) => path.startsWith(`/api/${service}/`));
}

export function serviceAnswered(service: Service | undefined) {
  unavailableServices.update((now) => (service && now.includes(service) ? now.filter((one) => one !== service) : now));
}

export function serviceFailed(service: Service | undefined) {
  unavailableServices.update((now) => (service && !now.includes(service) ? [...now, service] : now));
}
