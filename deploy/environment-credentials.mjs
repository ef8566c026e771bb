// Lambda puts a role's credentials into the environment and nowhere else. Bundles take this in place of the package that
// looks for them in all the other places: profiles, processes, logins, other machines.
import { fromEnv } from '@aws-sdk/credential-provider-env'

export const defaultProvider = fromEnv
