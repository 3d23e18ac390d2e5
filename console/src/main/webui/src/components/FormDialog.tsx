import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureAlert } from './Failure';

/** Returned by a submit that only prepares the next one. */
export const STAY_OPEN = Symbol('stay open');

interface FormDialogProps {
  title: string;
  description?: ReactNode;
  submit: string;
  children: ReactNode;
  isValid?: boolean;
  variant?: 'small' | 'medium' | 'large';
  /** The dialog is closed afterwards, unless this throws or returns {@link STAY_OPEN}. */
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
}

/** A dialog with a form. A failure is shown in it, and what was entered stays. */
export function FormDialog({ title, description, submit, children, isValid = true, variant = 'small', onSubmit, onClose }: FormDialogProps) {
  const { t } = useTranslation();
  const id = useId();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function send() {
    if (!isValid || isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      if ((await onSubmit()) !== STAY_OPEN) onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal isOpen variant={variant} onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={title} description={description} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <Form
          id={`${id}-form`}
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          {children}
          <FailureAlert error={error} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form={`${id}-form`} isDisabled={!isValid || isBusy} isLoading={isBusy}>
          {submit}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
