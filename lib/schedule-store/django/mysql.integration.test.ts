import { startMariadb } from '../../testing/mariadb.ts'
import { exerciseDjangoStore } from './conformance-django.ts'

exerciseDjangoStore('Django on MariaDB', startMariadb)
