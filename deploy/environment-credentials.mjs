// Lambda provides credentials through environment variables only. Bundles use this instead of the default provider,
// which also searches profiles, processes, single sign-on and instance metadata.
import { fromEnv } from '@aws-sdk/credential-provider-env'

export const defaultProvider = fromEnv
