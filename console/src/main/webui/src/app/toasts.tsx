import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core';
import { createStore, useStore } from '../api/store';

interface Toast {
  id: number;
  variant: 'success' | 'danger' | 'info' | 'warning';
  title: string;
  body?: string;
}

const SHOWN_MS = 8_000;
const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;
const close = (id: number) => toasts.update((now) => now.filter((toast) => toast.id !== id));

/** Says at the edge of the page what happened. Failures stay until they are closed. */
export function showToast(variant: Toast['variant'], title: string, body?: string) {
  const id = ++lastId;
  toasts.update((now) => [...now.slice(-3), { id, variant, title, body }]);
  if (variant !== 'danger') setTimeout(() => close(id), SHOWN_MS);
}

export function Toasts() {
  return (
    <AlertGroup isToast isLiveRegion>
      {useStore(toasts).map(({ id, variant, title, body }) => (
        <Alert key={id} variant={variant} title={title} actionClose={<AlertActionCloseButton onClose={() => close(id)} />}>
          {body}
        </Alert>
      ))}
    </AlertGroup>
  );
}
