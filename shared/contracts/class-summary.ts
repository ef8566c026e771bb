import * as z from 'zod'
import { DatasetName } from './dataset.ts'
import { Count } from './fields.ts'

/** A request names at most this many classes. */
export const MAX_CLASS_NAMES = 100

/** Class names or ids in requests. Duplicates are refused when they are resolved, since two names can be one class. */
export const ClassNames = z.array(z.string().min(1).max(200)).min(1).max(MAX_CLASS_NAMES).meta({ uniqueItems: true })

/** An Open Images class id, such as `/m/0h9mv` or `/g/11bc5b`. */
export const CLASS_ID = /^\/[a-z]\/[0-9a-z_]{1,60}$/

/** A class id in responses. */
export const ClassId = z.string().meta({ pattern: CLASS_ID.source })

/** The body of `POST /v1/datasets/{dataset}/classes/resolve`. */
export const ResolveClassesRequest = z
  .strictObject({
    classNames: ClassNames.describe('Display names or ids of classes'),
    includeParts: z
      .boolean()
      .default(false)
      .describe('Whether to include parts of the classes, such as the face of a person'),
  })
  .meta({ id: 'ResolveClassesRequest', description: 'The classes to resolve.' })

/** A class and its subclasses in responses. */
export const ClassIds = z.array(ClassId).min(1).meta({ uniqueItems: true })

const Description = z
  .object({
    classId: ClassId.describe('Open Images id of the class, such as `/m/0h9mv`'),
    className: z.string().describe('Display name'),
  })
  .meta({ id: 'ClassDescription', description: 'A class: its id and its display name.' })

/** A boxable class in the list of a dataset's classes. */
export const ClassSummary = Description.extend({
  imageCount: Count.describe(
    'Number of images with the class or any of its subclasses, each counted once. A selection of the class draws from these.',
  ),
  boxCount: Count.describe('Number of boxes of the class and its subclasses'),
  ownImageCount: Count.describe('Number of images with the class itself'),
  ownBoxCount: Count.describe('Number of boxes of the class itself'),
  subclassCount: Count.describe('Number of subclasses, direct and indirect'),
  parents: z
    .array(Description)
    .describe('Direct parents. Parents without a name, such as the root of Open Images, are omitted.'),
}).meta({ id: 'ClassSummary', description: 'A class that can be requested, with its counts.' })
export type ClassSummary = z.infer<typeof ClassSummary>

/** A requested class with its subclasses. */
export const ResolvedClass = Description.extend({
  requested: z.string().describe('The name or id as given in the request'),
  classIds: ClassIds.describe('The class itself, then all its subclasses'),
  subclasses: z.array(Description).describe('The subclasses, including parts if `includeParts` is true'),
  imageCount: Count.describe('Number of images with any of `classIds`, each counted once'),
  boxCount: Count.describe('Number of boxes of any of `classIds`'),
}).meta({ id: 'ResolvedClass', description: 'A requested class with its subclasses and counts.' })
export type ResolvedClass = z.infer<typeof ResolvedClass>

export const ResolvedClasses = z.object({
  classes: z.array(ResolvedClass).max(MAX_CLASS_NAMES),
  sharedClassIds: z
    .array(ClassId)
    .meta({ uniqueItems: true })
    .describe('Ids that belong to several of the classes, in order of appearance'),
})
export type ResolvedClasses = z.infer<typeof ResolvedClasses>

/** The response of `POST /v1/datasets/{dataset}/classes/resolve`. */
export const ResolvedClassesView = ResolvedClasses.extend({ dataset: DatasetName }).meta({
  id: 'ResolvedClasses',
  description: 'The requested classes, in the order of the request.',
})
