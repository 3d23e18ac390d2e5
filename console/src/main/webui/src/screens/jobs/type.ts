import { humanise, textOf } from '../../i18n';

/** What a job does, in words. */
export const jobType = (type: string) => textOf(`jobs.types.${type}`) ?? humanise(type);
