import { Breadcrumb, BreadcrumbItem, PageSection, Title } from '@patternfly/react-core';
import { useEffect, type ReactNode } from 'react';
import { AppLink } from './AppLink';

interface PageHeaderProps {
  title: string;
  /** Beside the title: a status, an id. */
  badges?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** Pages above this one. */
  parents?: { label: string; to: string }[];
  children?: ReactNode;
}

/** Title, status and actions of a page, the same everywhere. */
export function PageHeader({ title, badges, description, actions, parents = [], children }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Tenantry`;
  }, [title]);
  return (
    <PageSection hasBodyWrapper={false} className="tn-page-header">
      {parents.length > 0 && (
        <Breadcrumb>
          {parents.map(({ label, to }) => (
            <BreadcrumbItem key={to} render={({ className }) => <AppLink to={to} className={className} activeOptions={{ exact: true }}>{label}</AppLink>} />
          ))}
          <BreadcrumbItem isActive>{title}</BreadcrumbItem>
        </Breadcrumb>
      )}
      <div className="tn-page-header__row">
        <div className="tn-page-header__title">
          <Title headingLevel="h1" size="2xl">
            {title}
          </Title>
          {badges}
        </div>
        {actions && <div className="tn-page-header__actions">{actions}</div>}
      </div>
      {description && <p className="tn-page-header__description">{description}</p>}
      {children}
    </PageSection>
  );
}
