import type { Guard } from './guard.ts'
import { BATCH_GUARDS } from './list/batches.ts'
import { BOUND_GUARDS } from './list/bounds.ts'
import { COMPLETE_ROUND_GUARDS } from './list/complete-round.ts'
import { COPYING_GUARDS } from './list/copying.ts'
import { DATASET_GUARDS } from './list/datasets.ts'
import { EXISTING_OBJECT_GUARDS } from './list/existing-objects.ts'
import { FAN_OUT_GUARDS } from './list/fan-out.ts'
import { HTTP_GUARDS } from './list/http.ts'
import { IMPORTED_FILE_GUARDS } from './list/imported-files.ts'
import { LABELING_GUARDS } from './list/labeling.ts'
import { LABELING_AGAIN_GUARDS } from './list/labeling-again.ts'
import { LABELING_CHECK_GUARDS } from './list/labeling-checks.ts'
import { LABELING_PAGE_GUARDS } from './list/labeling-page.ts'
import { LABELING_PRACTICE_GUARDS } from './list/labeling-practice.ts'
import { LABELING_PROGRESS_GUARDS } from './list/labeling-progress.ts'
import { LABELING_QUALITY_GUARDS } from './list/labeling-quality.ts'
import { LABELING_REBUILD_GUARDS } from './list/labeling-rebuild.ts'
import { LABELING_SERVING_GUARDS } from './list/labeling-serving.ts'
import { LABELING_WORK_GUARDS } from './list/labeling-work.ts'
import { LOCAL_GUARDS } from './list/local.ts'
import { LOCAL_SERVER_GUARDS } from './list/local-servers.ts'
import { MANIFEST_GUARDS } from './list/manifests.ts'
import { OPEN_ROUTE_GUARDS } from './list/open-routes.ts'
import { OUTBOX_AND_LEASE_GUARDS } from './list/outbox-and-lease.ts'
import { QUEUE_AND_TOKEN_GUARDS } from './list/queue-and-tokens.ts'
import { RESPONSE_GUARDS } from './list/responses.ts'
import { RUN_ROUND_GUARDS } from './list/run-round.ts'
import { SCHEMA_GUARDS } from './list/schemas.ts'
import { STATE_GUARDS } from './list/state.ts'
import { STORAGE_GUARDS } from './list/storage.ts'
import { WEBHOOK_GUARDS } from './list/webhooks.ts'
import { WORKER_GUARDS } from './list/workers.ts'

/** The guards of the kit, and of what stands on it. */
export const GUARDS: readonly Guard[] = [
  ...STATE_GUARDS,
  ...OUTBOX_AND_LEASE_GUARDS,
  ...SCHEMA_GUARDS,
  ...STORAGE_GUARDS,
  ...FAN_OUT_GUARDS,
  ...RUN_ROUND_GUARDS,
  ...COMPLETE_ROUND_GUARDS,
  ...QUEUE_AND_TOKEN_GUARDS,
  ...OPEN_ROUTE_GUARDS,
  ...DATASET_GUARDS,
  ...IMPORTED_FILE_GUARDS,
  ...BATCH_GUARDS,
  ...COPYING_GUARDS,
  ...EXISTING_OBJECT_GUARDS,
  ...MANIFEST_GUARDS,
  ...WEBHOOK_GUARDS,
  ...RESPONSE_GUARDS,
  ...BOUND_GUARDS,
  ...LABELING_GUARDS,
  ...LABELING_WORK_GUARDS,
  ...WORKER_GUARDS,
  ...LABELING_PROGRESS_GUARDS,
  ...LABELING_SERVING_GUARDS,
  ...LABELING_REBUILD_GUARDS,
  ...LABELING_AGAIN_GUARDS,
  ...LABELING_CHECK_GUARDS,
  ...LABELING_PRACTICE_GUARDS,
  ...LABELING_QUALITY_GUARDS,
  ...LABELING_PAGE_GUARDS,
  ...LOCAL_GUARDS,
  ...HTTP_GUARDS,
  ...LOCAL_SERVER_GUARDS,
]
