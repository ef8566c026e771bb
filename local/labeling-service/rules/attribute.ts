import { invalid } from '../protocol/errors.ts'

const MEMBER = 'LabelAttributeName'

/** @throws ServiceError `ValidationException` for a name that jobs of boxes cannot have */
export function checkAttribute(name: string): void {
  if (name === 'source' || name === 'source-ref') throw invalid(MEMBER, `"${name}" is where the object itself stands`)
  if (name.endsWith('-metadata')) throw invalid(MEMBER, `"${name}" must not end in -metadata`)
  if (name.endsWith('-ref')) throw invalid(MEMBER, `"${name}" must not end in -ref for this type of task`)
}
