import { startPostgres } from '../../testing/postgres.ts'
import { exerciseDjangoStore } from './conformance-django.ts'

exerciseDjangoStore('Django on PostgreSQL', startPostgres)
