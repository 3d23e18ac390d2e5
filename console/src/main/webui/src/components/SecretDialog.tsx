import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { CopyText } from './CopyText';

interface SecretDialogProps {
  title: string;
  secrets: { label: string; value: string }[];
  onClose: () => void;
}

/** Shows secrets once. They are not kept anywhere in the page. */
export function SecretDialog({ title, secrets, onClose }: SecretDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal isOpen variant="medium" aria-labelledby="secret-title">
      <ModalHeader title={title} labelId="secret-title" />
      <ModalBody className="tn-stack">
        <Alert isInline variant="warning" title={t('secret.once')} />
        {secrets.map(({ label, value }) => (
          <div key={label}>
            <strong>{label}</strong>
            <div className="tn-secret">
              <CopyText value={value} />
            </div>
          </div>
        ))}
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{t('secret.stored')}</Button>
      </ModalFooter>
    </Modal>
  );
}
