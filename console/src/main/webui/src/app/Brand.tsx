/** The sign and name of the product. */
export const Brand = () => (
  <span className="tn-brand">
    <svg viewBox="0 0 32 32" aria-hidden="true" className="tn-brand__sign">
      <rect width="32" height="32" rx="7" fill="#0066cc" />
      <g fill="#fff">
        <rect x="7" y="7" width="18" height="4.5" rx="1.6" />
        <rect x="7" y="13.75" width="11" height="4.5" rx="1.6" opacity=".85" />
        <rect x="7" y="20.5" width="6" height="4.5" rx="1.6" opacity=".7" />
        <circle cx="22.6" cy="20.4" r="3.4" fill="#92c5f9" />
      </g>
    </svg>
    {'Tenantry'}
  </span>
);
