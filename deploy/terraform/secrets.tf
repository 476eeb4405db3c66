# Passwords are made here, set, and written down in one secret as the variables that the binary reads; the state has none of them.

ephemeral "random_password" "database" {
  length = 40
  # It stands in an address.
  special = false
}

ephemeral "random_password" "redis" {
  length  = 40
  special = false
}

resource "aws_secretsmanager_secret" "environment" {
  name        = "${var.name}/environment"
  description = "SLIDECRAFT__ variables of ${var.name} that are secret"
  tags        = var.tags
}

# Encrypted, but nobody checks whose certificate it is: the README says how to.
resource "aws_secretsmanager_secret_version" "environment" {
  secret_id                = aws_secretsmanager_secret.environment.id
  secret_string_wo_version = var.secrets_version
  secret_string_wo = jsonencode({
    SLIDECRAFT__DATABASE__URL         = "postgres://slidecraft:${ephemeral.random_password.database.result}@${aws_db_instance.primary.address}:5432/slidecraft?sslmode=require"
    SLIDECRAFT__DATABASE__REPLICA_URL = "postgres://slidecraft:${ephemeral.random_password.database.result}@${aws_db_instance.replica.address}:5432/slidecraft?sslmode=require"
    SLIDECRAFT__REDIS__URL            = "rediss://:${ephemeral.random_password.redis.result}@${aws_elasticache_replication_group.this.primary_endpoint_address}:6379"
  })
}
