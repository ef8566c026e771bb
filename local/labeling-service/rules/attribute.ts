import { invalid } from '../protocol/errors.ts'

const MEMBER = 'LabelAttributeName'

/** Checks the label attribute name of a bounding box job. @throws ServiceError `ValidationException` */
export function checkAttribute(name: string): void {
  if (name === 'source' || name === 'source-ref')
    throw invalid(MEMBER, `must not be "${name}", which holds the object itself`)
  if (name.endsWith('-metadata')) throw invalid(MEMBER, `must not end in -metadata, but is "${name}"`)
  if (name.endsWith('-ref')) throw invalid(MEMBER, `must not end in -ref for this task type, but is "${name}"`)
}
