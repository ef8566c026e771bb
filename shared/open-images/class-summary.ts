import * as z from 'zod'

/** Class names or ids, as requests take them. */
export const ClassNames = z.array(z.string().min(1).max(200)).min(1).max(100)

const Description = z.object({ classId: z.string(), className: z.string() })

/** A class as browsing shows it. */
export const ClassSummary = Description.extend({
  imageCount: z.int(),
  boxCount: z.int(),
  ownImageCount: z.int(),
  ownBoxCount: z.int(),
  subclassCount: z.int(),
  parents: z.array(Description),
})

/** A class as resolving shows it. */
export const ResolvedClassView = Description.extend({
  requested: z.string(),
  classIds: z.array(z.string()),
  subclasses: z.array(Description),
  imageCount: z.int(),
  boxCount: z.int(),
})
