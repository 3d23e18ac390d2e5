import { Alert, Button, Checkbox, Modal, ModalBody, ModalFooter, ModalHeader, Spinner } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, type Ingestion } from '../../api/client';
import { showToast } from '../../app/toasts';
import { FailureAlert } from '../../components/Failure';

interface RedriveDialogProps {
  request: Ingestion['RedriveRequest'];
  onClose: () => void;
  onDone: () => void;
}

/** Says what a redrive would do, by a dry run, before it is done. */
export function RedriveDialog({ request, onClose, onDone }: RedriveDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [includeParked, setIncludeParked] = useState(request.include_parked ?? false);
  const body = { ...request, include_parked: includeParked };
  const plan = useQuery({
    queryKey: ['redrive', body],
    queryFn: async () => (await http.POST('/api/ingestion/v1/dead-letters/redrive', { body: { ...body, dry_run: true } })).data!,
    refetchInterval: false,
    gcTime: 0,
    retry: false,
  });
  const redrive = useMutation({
    mutationFn: async () => {
      const { data } = await http.POST('/api/ingestion/v1/dead-letters/redrive', { body });
      showToast('success', t('deadLetters.redrive.done', { count: data!.redriven }), t('deadLetters.redrive.doneHelp'));
      await queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).includes('/dead-letters') });
      onDone();
      onClose();
    },
  });
  const would = plan.data;
  const notes = would
    ? [
        would.parked > 0 && t('deadLetters.redrive.parked', { count: would.parked }),
        would.gone > 0 && t('deadLetters.redrive.gone', { count: would.gone }),
        would.foreign > 0 && t('deadLetters.redrive.foreign', { count: would.foreign }),
        would.more && t('deadLetters.redrive.more'),
      ].filter((note) => note !== false)
    : [];
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="redrive-title" aria-describedby="redrive-body">
      <ModalHeader title={t('deadLetters.redrive.title')} labelId="redrive-title" />
      <ModalBody id="redrive-body">
        <div className="tn-stack" aria-live="polite">
          {plan.isPending && (
            <p>
              <Spinner size="md" aria-hidden="true" /> {t('deadLetters.redrive.checking')}
            </p>
          )}
          <FailureAlert error={plan.error ?? redrive.error} />
          {would && (
            <Alert isInline variant={would.redriven > 0 ? 'info' : 'warning'} title={would.redriven > 0 ? t('deadLetters.redrive.would', { count: would.redriven }) : t('deadLetters.redrive.none')}>
              {notes.map((note) => (
                <p key={note}>{note}</p>
              ))}
            </Alert>
          )}
          <Checkbox id="include-parked" label={t('deadLetters.redrive.includeParked')} isChecked={includeParked} onChange={(_, isChecked) => setIncludeParked(isChecked)} />
        </div>
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={!would || would.redriven === 0 || redrive.isPending} isLoading={redrive.isPending} onClick={() => redrive.mutate()}>
          {t('deadLetters.redrive.confirm', { count: would?.redriven ?? 0 })}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
