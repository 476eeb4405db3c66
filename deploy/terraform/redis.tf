# Redis: events, wake-ups, cache and limits; nothing in it has to be kept, so it has a second node and no backup.

resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
  tags       = var.tags
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = var.name
  description          = "Events, cache and limits of ${var.name}"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.redis_class
  port                 = 6379

  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true

  subnet_group_name  = aws_elasticache_subnet_group.this.name
  security_group_ids = [aws_security_group.redis.id]

  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  auth_token_wo              = ephemeral.random_password.redis.result
  auth_token_wo_version      = var.secrets_version

  snapshot_retention_limit = 0
  tags                     = var.tags
}
