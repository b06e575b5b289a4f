<?php
// php export.php SITE_DIR BASE_URL: prints the site's own export, as Tools > Export gives it.
[$_, $site, $url] = $argv;
$_SERVER['HTTP_HOST'] = parse_url($url, PHP_URL_HOST) . ':' . parse_url($url, PHP_URL_PORT);
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
require $site . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/export.php';
export_wp();
