/** Reads search parameters of the URL that are texts; anything else in the URL is ignored. For `validateSearch` of a route. */
export function textParameters<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): { [name in Name]?: string } =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = search[name];
        return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
      }),
    ) as { [name in Name]?: string };
}
