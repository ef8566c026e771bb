import type { Mode } from '../../contracts/built-in-functions.ts'

/** What a worker says of the boxes of an image. */
const VERDICTS = ['correct', 'incorrect']

/** What workers choose from, in the order of their `class_id`: the classes as requested, or verdicts. Pure. */
export const toLabels = (mode: Mode, classNames: readonly string[]): readonly string[] =>
  mode === 'verify' ? VERDICTS : classNames

/**
 * The label category configuration file. Pure.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-label-cat-config-attributes.html
 */
export const labelCategoriesFile = (labels: readonly string[]): string =>
  `${JSON.stringify({ 'document-version': '2018-11-28', labels: labels.map((label) => ({ label })) }, null, 1)}\n`
