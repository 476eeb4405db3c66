# PostgreSQL: a primary with backups, and a replica that decks are read from.

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
  tags       = var.tags
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres${var.database_version}"
  tags        = var.tags

  # A static one: it holds from the next start on.
  parameter {
    name         = "max_connections"
    value        = var.database_connections
    apply_method = "pending-reboot"
  }

  # Nobody comes in without TLS.
  parameter {
    name  = "rds.force_ssl"
    value = 1
  }

  # Milliseconds: half of the P95 at which the alert DatabaseSlow looks here for a cause.
  parameter {
    name  = "log_min_duration_statement"
    value = 50
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "primary" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.database_version
  instance_class = var.database_class

  db_name             = "slidecraft"
  username            = "slidecraft"
  password_wo         = ephemeral.random_password.database.result
  password_wo_version = var.secrets_version
  port                = 5432

  allocated_storage     = var.database_gib
  max_allocated_storage = var.database_gib_most
  storage_type          = "gp3"
  storage_encrypted     = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.database.id]
  parameter_group_name   = aws_db_parameter_group.this.name
  publicly_accessible    = false
  multi_az               = var.database_multi_az

  backup_retention_period   = var.backup_days
  copy_tags_to_snapshot     = true
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-last"

  auto_minor_version_upgrade      = true
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  tags                            = var.tags
}

resource "aws_db_instance" "replica" {
  identifier          = "${var.name}-replica"
  replicate_source_db = aws_db_instance.primary.identifier
  instance_class      = var.database_class

  max_allocated_storage = var.database_gib_most
  storage_encrypted     = true

  vpc_security_group_ids = [aws_security_group.database.id]
  parameter_group_name   = aws_db_parameter_group.this.name
  publicly_accessible    = false

  # All that it has the primary has too.
  skip_final_snapshot   = true
  copy_tags_to_snapshot = true
  deletion_protection   = var.deletion_protection

  auto_minor_version_upgrade      = true
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  tags                            = var.tags
}
