import { Alert, Button, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from '@patternfly/react-core';
import { useId, useState, type ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { FailureAlert } from './Failure';

interface DestructiveDialogProps {
  title: string;
  /** What is lost, in sentences. */
  lost: ReactNode[];
  /** What must be typed to confirm. Nothing if omitted. */
  name?: string;
  confirm: string;
  /** More to choose before the confirmation. */
  children?: ReactNode;
  isReversible?: boolean;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is lost: says what, and wants its name. Closes after success; otherwise the failure is shown in it. */
export function DestructiveDialog({ title, lost, name, confirm, children, isReversible = false, onConfirm, onClose }: DestructiveDialogProps) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isConfirmed = name === undefined || typed.trim() === name;

  async function submit() {
    if (!isConfirmed || isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={title} titleIconVariant={isReversible ? 'warning' : 'danger'} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <Form
          id={`${id}-form`}
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Alert isInline isPlain component="p" variant={isReversible ? 'warning' : 'danger'} title={t(isReversible ? 'dialog.consequences' : 'dialog.lost')}>
            <ul className="tn-lost">
              {lost.map((sentence, index) => (
                <li key={index}>{sentence}</li>
              ))}
            </ul>
          </Alert>
          {children}
          {name !== undefined && (
            <FormGroup fieldId={`${id}-name`} label={<Trans t={t} i18nKey="dialog.typeName" values={{ name }} components={{ name: <strong className="tn-selectable" /> }} />}>
              <TextInput id={`${id}-name`} value={typed} onChange={(_, value) => setTyped(value)} autoComplete="off" spellCheck={false} autoFocus />
            </FormGroup>
          )}
          <FailureAlert error={error} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant={isReversible ? 'primary' : 'danger'} type="submit" form={`${id}-form`} isDisabled={!isConfirmed || isBusy} isLoading={isBusy}>
          {confirm}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
