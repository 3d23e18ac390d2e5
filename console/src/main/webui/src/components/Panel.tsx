import { Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core';
import type { ReactNode } from 'react';

interface PanelProps {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  isFullHeight?: boolean;
}

/** A titled part of a page. */
export const Panel = ({ title, actions, children, isFullHeight = false }: PanelProps) => (
  <Card isFullHeight={isFullHeight} component="section" aria-label={title}>
    <CardHeader actions={actions ? { actions, hasNoOffset: true } : undefined}>
      <CardTitle component="h2">{title}</CardTitle>
    </CardHeader>
    <CardBody>{children}</CardBody>
  </Card>
);
